require('../answer-calls.cjs').answerCalls()
